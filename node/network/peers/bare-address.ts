/** An address without the peer's own name, which some sources append and others do not. */
export const bareAddress = (address: { toString(): string }): string => address.toString().replace(/\/p2p\/[^/]+$/, '')
