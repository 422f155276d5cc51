// Loaded into the wrangler process. When its parent has ended for any reason, the whole process group ends too.
// Otherwise workerd outlives a killed wrangler, and keeps the port and the local state.
if (process.channel) {
  process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
}
