// Sends a file and follows what becomes of it.
import { ask, authorization, FailedReply } from './api.js';

const PACK_FROM_BYTES = 1_000_000;
const POLL_MS = 700;

/**
 * @typedef {object} Wish
 * @property {File} file
 * @property {boolean} dry_run
 * @property {string} symbol
 * @property {string} dialect
 */

/**
 * Sends the file, gzipped when it is large, and gives the id of its upload.
 * @param {Wish} wish
 * @param {(share: number) => void} progressed from 0 to 1
 * @returns {Promise<string>}
 */
export async function sendFile({ file, dry_run, symbol, dialect }, progressed) {
  const query = new URLSearchParams({ filename: file.name, dry_run: String(dry_run) });
  if (symbol) query.set('symbol', symbol);
  if (dialect) query.set('dialect', dialect);
  const isPacked = /\.gz$/i.test(file.name);
  const packs = !isPacked && file.size >= PACK_FROM_BYTES;
  const body = packs ? await packed(file) : file;
  const accepted = await post(`/uploads?${query}`, body, isPacked || packs, progressed);
  return accepted.id;
}

/** @param {File} file */
const packed = (file) => new Response(file.stream().pipeThrough(new CompressionStream('gzip'))).blob();

/**
 * XMLHttpRequest, because fetch does not tell how much has been sent.
 * @param {string} path
 * @param {Blob} body
 * @param {boolean} gzipped
 * @param {(share: number) => void} progressed
 * @returns {Promise<any>}
 */
function post(path, body, gzipped, progressed) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.responseType = 'json';
    request.setRequestHeader('Content-Type', 'text/csv');
    if (gzipped) request.setRequestHeader('Content-Encoding', 'gzip');
    for (const [name, value] of Object.entries(authorization('upload')))
      request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      progressed(total > 0 ? loaded / total : 1),
    );
    request.addEventListener('load', () => {
      const reply = request.response ?? {};
      if (request.status === 202) resolve(reply);
      else reject(new FailedReply(request.status, reply));
    });
    request.addEventListener('error', () =>
      reject(new FailedReply(0, { detail: 'The file could not be sent: the service cannot be reached.' })),
    );
    request.send(body);
  });
}

/**
 * Waits for its end and tells each state on the way.
 * @param {string} id
 * @param {(upload: any) => void} seen
 */
export async function followUpload(id, seen) {
  for (;;) {
    const { data } = await ask(
      `/uploads/${encodeURIComponent(id)}`,
      { decimals: 'string' },
      { token: 'upload' },
    );
    seen(data);
    if (data.status !== 'queued' && data.status !== 'processing') return data;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
