import type { Attribution } from '../source.ts';

/** Uploaded files, as a source beside the polled ones. */
export const files = {
  id: 'csv',
  title: 'Files',
  attribution: {
    source: 'csv',
    text: 'Uploaded files; the operator of this service knows their origin',
    url: null,
  },
} as const satisfies { id: string; title: string; attribution: Attribution };
