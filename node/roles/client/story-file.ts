/** The latest jobs' stories on disk, for `jobs show` after the process that ran them has ended. */
import { z } from 'zod'
import type { JobStory } from '../../client/telling/job-story.ts'
import { readKept, writeJson } from '../../storage/kept-json.ts'

/** What {@link StoryFile.write} makes of as many stories as are kept is far below; a larger file is not ours. */
const FILE_BYTES_MAX = 64 * 1_048_576

export class StoryFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Empty where there is no file, or none that can be read: it is a comfort, and no reason not to start. */
  read(): readonly JobStory[] {
    return (readKept(this.#path, FILE_BYTES_MAX, z.array(z.unknown())) ?? []).filter(isStory).map(closed)
  }

  /** @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
  write(stories: readonly JobStory[]): void {
    writeJson(this.#path, stories)
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** As far as the board of stories relies on it; the rest is only shown. */
const isStory = (value: unknown): value is JobStory =>
  isObject(value) &&
  'job' in value &&
  typeof value.job === 'string' &&
  'attempts' in value &&
  Array.isArray(value.attempts) &&
  value.attempts.every(isObject)

/** What ran when the process ended runs no more. */
const closed = (story: JobStory): JobStory => (story.state === 'running' ? { ...story, state: 'failed' } : story)
