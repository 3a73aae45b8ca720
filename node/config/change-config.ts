/** Writing the user's file, for `aitbc config set` and `unset`. */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { replaceFile } from '../storage/durable-file.ts'
import { storageError } from '../storage/sqlite.ts'
import { type Origin, unknownKey } from './config-errors.ts'
import { readSettingsFile } from './json-file.ts'
import { parseSetting } from './load-config.ts'
import { isSettingKey, settingKeys } from './settings.ts'

/**
 * @param value as text; `undefined` takes the setting back to what it is without the file
 * @throws MeshError CONFIG_FILE, CONFIG_INVALID, CONFIG_KEY_UNKNOWN, DATA_FOLDER_READ_ONLY, DISK_FULL
 */
export function changeUserSetting(path: string, key: string, value: string | undefined): void {
  changeUserSettings(path, { [key]: value })
}

/** Several at once: all of them or none. @throws MeshError as {@link changeUserSetting} */
export function changeUserSettings(path: string, changes: Readonly<Record<string, string | undefined>>): void {
  const origin: Origin = { kind: 'user', path }
  for (const [key, value] of Object.entries(changes)) {
    if (!isSettingKey(key)) throw unknownKey(key, origin, settingKeys)
    if (value !== undefined) parseSetting(key, { value, origin: { kind: 'command' } })
  }
  // What is undefined is left out of JSON.
  const changed = { ...readSettingsFile(path, origin), ...changes }
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    replaceFile(path, `${JSON.stringify(changed, undefined, 2)}\n`, 0o600)
  } catch (error) {
    throw storageError(error, path)
  }
}
