// The least that a Worker can do with an upload: R2 takes the body as it comes.

export default {
  async fetch(request, env) {
    await env.UPLOADS.put('uploads/floor', request.body);
    return new Response(null, { status: 202 });
  },
};
