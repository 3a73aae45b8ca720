/** Where the shipped network files lie. */
import { dirname, join, resolve } from 'node:path'
import { packageRoot } from '../models/shipped/package-root.ts'

export const networksFolder = (): string => join(packageRoot(), 'bootstrap', 'networks')

/** Whether a network file is one of those: an update replaces it, and every node has it. @param path whole */
export const isShipped = (path: string, folder: string): boolean => dirname(path) === resolve(folder)
