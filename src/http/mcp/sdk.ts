// The parts of the MCP server that we use, in a separate module: importing it on first use loads nothing else.
export {
  createMcpHandler,
  isLegacyRequest,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
