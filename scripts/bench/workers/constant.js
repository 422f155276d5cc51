/** The minimum of any Worker: the cost of an answer without work. */
export default {
  fetch() {
    return new Response('{"data":[]}', { headers: { 'Content-Type': 'application/json' } });
  },
};
