import { expect, it } from 'vitest';
import { parseNamedTokens, parseTokens } from '../../src/domain/accepted-token.ts';

it('reads tokens with and without names', () => {
  expect(parseNamedTokens(' plain , app=secret,back-end.2=s3=cr=et==, ')).toEqual([
    { token: 'plain', name: null },
    { token: 'secret', name: 'app' },
    { token: 's3=cr=et==', name: 'back-end.2' },
  ]);
});

it('reads the old and the new token of one name', () => {
  expect(parseNamedTokens('app=old,app=new').map(({ name }) => name)).toEqual(['app', 'app']);
});

it.each(['Zm9vYmFy=', 'Zm9vYg==', '=secret', '1app=secret', 'my app=secret', 'app=', `${'a'.repeat(41)}=x`])(
  'reads %s as an unnamed token',
  (text) => {
    expect(parseNamedTokens(text)).toEqual([{ token: text, name: null }]);
  },
);

it('keeps an equals sign as part of a token that may not have a name', () => {
  expect(parseTokens('a=b, c')).toEqual(['a=b', 'c']);
});
