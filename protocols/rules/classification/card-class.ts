/** Classes that offers are sharded by, beside the region. A client of one class need not hear the offers of the others. */

/** Models run on the processor: everybody has one, and nobody is told that it is a card. */
export const CPU_CLASS = 'cpu'

export const cardClasses: readonly string[] = [CPU_CLASS]
