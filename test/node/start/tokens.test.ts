import { expect, test } from 'vitest';
import { firstReadToken, firstToken } from '../../../scripts/tokens.ts';

test('the first of several tokens is sent, a read token without its name', () => {
  expect(firstToken(' old , new')).toBe('old');
  expect(firstToken('a=b,c')).toBe('a=b');
  expect(firstReadToken('app=secret,other=word')).toBe('secret');
  expect(firstReadToken('plain,app=secret')).toBe('plain');
});

test('an empty list has none', () => {
  expect([firstToken(), firstToken(''), firstReadToken(), firstReadToken(' , ')]).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
});
