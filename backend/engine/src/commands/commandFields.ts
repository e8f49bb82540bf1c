import { storageError } from '../errors.ts'
import { BSON_TYPE, elements, field, isTrue, numberOf, stringOf, type RawValue } from '../keys/raw.ts'

/**
 * These functions read the fields of a command. The driver builds commands, so a missing field is a bug and not bad
 * input.
 */
export function commandField(command: RawValue, name: string): RawValue | undefined {
  const value = field(command, Buffer.from(name))
  return value?.type === BSON_TYPE.null ? undefined : value
}

/** Returns whether a field of a command is true; false where it is missing. */
export function flag(command: RawValue, name: string): boolean {
  const value = commandField(command, name)
  return value !== undefined && isTrue(value)
}

/** Returns a field of a command that must be a string. @throws EngineError `storage` */
export function text(command: RawValue, name: string): string {
  const value = commandField(command, name)
  if (value?.type !== BSON_TYPE.string) throw storageError(`A command without ${name}`)
  return stringOf(value)
}

/** Returns a field of a command as a number; undefined where it is missing. */
export function number(command: RawValue, name: string): number | undefined {
  const value = commandField(command, name)
  return value === undefined ? undefined : numberOf(value)
}

/** Returns the elements of an array in a command; none where the field is missing. */
export function list(command: RawValue, name: string): RawValue[] {
  const value = commandField(command, name)
  return value === undefined ? [] : [...elements(value)]
}
