#!/usr/bin/env node
// The compiler from npm, as forge calls it: `--version`, and `--standard-json` with the input on stdin. Nothing is fetched.
'use strict'
const { readFileSync } = require('node:fs')
const solc = require('solc')

if (process.argv.includes('--version')) console.log(`solc, the solidity compiler\nVersion: ${solc.version()}`)
else process.stdout.write(solc.compile(readFileSync(0, 'utf8')))
