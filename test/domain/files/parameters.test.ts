import { expect, it } from 'vitest';
import { PARAMETERS } from '../../../src/domain/files/parameters.ts';
import { UploadQuery } from '../../../src/http/uploads/query.ts';

it('lists the parameters of POST /uploads, from which npm run upload makes its flags', () => {
  expect(Object.keys(UploadQuery.shape).sort()).toEqual([...Object.keys(PARAMETERS), 'dry_run'].sort());
});
