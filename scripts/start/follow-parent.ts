// Loaded into the wrangler process. When its parent is gone, however it went, the whole process group goes
// too: workerd outlives a killed wrangler otherwise, and keeps the port and the local state.
if (process.channel) {
  process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
}
