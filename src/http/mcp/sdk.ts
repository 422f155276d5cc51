// What is used of the MCP server, in a module of its own: imported on first use, it takes nothing else along.
export {
  createMcpHandler,
  isLegacyRequest,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
