// The minimum of a Worker that asks a database once: it passes a statement on, and returns the reply as text.
export default {
  async fetch(request) {
    const database = request.headers.get('Neon-Connection-String');
    const { host } = new URL(database.replace('postgres:', 'http:'));
    const reply = await fetch(`http://${host}/sql`, {
      method: 'POST',
      headers: {
        'Neon-Connection-String': database,
        'Neon-Raw-Text-Output': 'true',
        'Neon-Array-Mode': 'true',
      },
      body: await request.text(),
    });
    return new Response(await reply.text(), { status: reply.status });
  },
};
