/** What a node answers on its control channel: methods by name. */

export interface ControlContext {
  /** Aborts when the caller cancels or goes away, and when the node stops. */
  readonly signal: AbortSignal
  /**
   * Sends something on the way to the result: plain JSON.
   * @returns when the caller has room for more, so that a method that waits never runs ahead of a slow reader
   * @throws MeshError CANCELLED where the caller is gone, LIMIT where the event is too long
   */
  emit(event: unknown): Promise<void>
}

/**
 * Takes and returns plain JSON, with amounts as decimal strings. What it is given was written by another program: it is
 * checked here.
 */
export type ControlMethod = (params: unknown, context: ControlContext) => Promise<unknown>

/** @example { status: async () => statusJson(state), 'jobs.show': async (params) => showJob(parseId(params)) } */
export type ControlMethods = Readonly<Record<string, ControlMethod>>
