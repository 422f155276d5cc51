/** The least a Worker can do: what an answer costs before any work. */
export default {
  fetch() {
    return new Response('{"data":[]}', { headers: { 'Content-Type': 'application/json' } });
  },
};
