/** Where programs on this machine ask. */
export const gatewayText = (url: string): string =>
  `Gateway for programs on this machine: ${url}/v2  (its key: aitbc config api-key)`
