#!/usr/bin/env node
// Older releases of Node.js read this file before they can be told that they are too old: it holds nothing that they cannot
// parse, and imports the rest only when it may.
const NODE_MAJOR_MIN = 24

if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
  console.error(`✗ aitbc needs Node.js ${NODE_MAJOR_MIN} or newer; this is ${process.versions.node}.`)
  console.error('  Next: Install it from https://nodejs.org or with your package manager.')
  process.exit(1)
}

const { keepCompiledCode } = await import('./compile-cache.ts')
keepCompiledCode()
const [{ runCommandLine }, { program }] = await Promise.all([
  import('../../node/cli/frame/run-command-line.ts'),
  import('./commands.ts'),
])
await runCommandLine(program)
