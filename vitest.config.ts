import { defineConfig } from 'vitest/config'

/** These replace a module of Node's, which only a process of their own sees. */
const REPLACING = ['test/unit/keys/sealed-keys.test.ts']

/** Notes the codes of errors that tests have the program make, where they are asked for (CONTRIBUTING.md, Tests). */
const setupFiles = process.env.MADE_CODES === undefined ? [] : ['test/support/made-codes/record-made-codes.ts']

/** What is waited for comes when it comes: a machine that has much else to do is no failure, and a second is soon over there. */
const expecting = { poll: { timeout: 20_000 } }

/** Rings, quickest first. A test's folder decides its ring; what takes minutes lives in `deep`. */
export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        test: {
          name: 'quick',
          sequence: { groupOrder: 0 },
          include: ['test/unit/**/*.test.ts', 'test/compliance/**/*.test.ts', 'test/interop/**/*.test.ts'],
          exclude: REPLACING,
          setupFiles,
          expect: expecting,
          testTimeout: 60_000,
          pool: 'forks',
          maxWorkers: 2,
          // Starting each file on its own took half of the ring's time. No file may leave anything behind that another one sees.
          isolate: false,
        },
      },
      {
        test: {
          name: 'quick-alone',
          sequence: { groupOrder: 1 },
          include: REPLACING,
          setupFiles,
          expect: expecting,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          sequence: { groupOrder: 2 },
          include: ['test/integration/**/*.test.ts'],
          setupFiles,
          expect: expecting,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: 'forks',
          // These mostly wait for peers, blocks and timers; each file has a network, a chain and folders of its own.
          maxWorkers: 4,
          // As above.
          isolate: false,
        },
      },
      {
        test: {
          name: 'system',
          sequence: { groupOrder: 3 },
          include: ['test/e2e/**/*.test.ts'],
          setupFiles,
          expect: expecting,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: 'forks',
          // These mostly wait for processes to start and to end; each file has folders and ports of its own.
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'nat',
          sequence: { groupOrder: 3 },
          include: ['test/nat/**/*.test.ts'],
          expect: expecting,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'deep',
          sequence: { groupOrder: 4 },
          include: ['test/deep/**/*.test.ts'],
          setupFiles,
          expect: expecting,
          testTimeout: 1_800_000,
          hookTimeout: 120_000,
          pool: 'forks',
          fileParallelism: false,
        },
      },
    ],
  },
})
