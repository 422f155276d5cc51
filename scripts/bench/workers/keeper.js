// The minimum of an upload: the body goes to R2 unchanged.

export default {
  async fetch(request, env) {
    await env.UPLOADS.put('uploads/floor', request.body);
    return new Response(null, { status: 202 });
  },
};
