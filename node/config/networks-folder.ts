/** Where the shipped network files lie. */
import { join } from 'node:path'
import { packageRoot } from '../models/shipped/package-root.ts'

export const networksFolder = (): string => join(packageRoot(), 'bootstrap', 'networks')
