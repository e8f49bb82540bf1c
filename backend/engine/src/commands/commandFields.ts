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

export function flag(command: RawValue, name: string): boolean {
  const value = commandField(command, name)
  return value !== undefined && isTrue(value)
}

export function text(command: RawValue, name: string): string {
  const value = commandField(command, name)
  if (value?.type !== BSON_TYPE.string) throw storageError(`A command without ${name}`)
  return stringOf(value)
}

export function number(command: RawValue, name: string): number | undefined {
  const value = commandField(command, name)
  return value === undefined ? undefined : numberOf(value)
}

export function list(command: RawValue, name: string): RawValue[] {
  const value = commandField(command, name)
  return value === undefined ? [] : [...elements(value)]
}
