/** How the runtime, its allocator and V8 say that there was no memory. */
const NO_MEMORY =
  /bad_alloc|fail\w* to allocate|could not allocate|cannot allocate|out of memory|allocation failed|invalid array buffer length/i

/** Of an error's message, or of the last words of a process. */
export const saysNoMemory = (text: string): boolean => NO_MEMORY.test(text)
