// Starts Swagger UI from our own files: the page's policy allows nothing inline and nothing foreign.
window.ui = window.SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: '/openapi.json',
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
});
