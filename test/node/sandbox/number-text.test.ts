import { describe, expect, test } from 'vitest';
import { goNumber, NumberText, rubyFloat, writeJson } from '../../../scripts/sandbox/number-text.ts';

describe("numbers in the upstreams' forms", () => {
  test.each([
    [3.21e-12, '3.21e-12', '3.21e-12'],
    [4e-9, '4e-9', '4.0e-09'],
    [0.0001, '0.0001', '0.0001'],
    [0.00001, '0.00001', '1.0e-05'],
    [0, '0', '0.0'],
    [-0.25, '-0.25', '-0.25'],
    [21_000_000, '21000000', '21000000.0'],
    [1e16, '10000000000000000', '1.0e+16'],
    [2.5e21, '2.5e+21', '2.5e+21'],
  ])('%d', (value, go, ruby) => {
    expect(goNumber(value).text).toBe(go);
    expect(rubyFloat(value).text).toBe(ruby);
  });
});

test('JSON keeps number texts that no double can represent and omits undefined members', () => {
  const value = {
    a: new NumberText('9107199254740993127'),
    b: [null, 'é"', true],
    c: undefined,
    d: { e: 1 },
  };
  expect(writeJson(value)).toBe('{"a":9107199254740993127,"b":[null,"é\\"",true],"d":{"e":1}}');
});
