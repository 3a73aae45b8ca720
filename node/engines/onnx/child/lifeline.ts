/**
 * Ends the child with its node where no signal of the kernel does. The main thread is deaf while the runtime computes, so this
 * one waits for the end of a pipe that the node holds open and never writes to.
 */
import { readSync } from 'node:fs'
import { LIFELINE_FD } from '../child-arguments.ts'

readSync(LIFELINE_FD, new Uint8Array(1))
process.kill(process.pid, 'SIGKILL')
