import type { Problem } from 'backend/contract'
import { useEffect, useRef, useState, type FormEvent, type Ref } from 'react'
import { fieldErrorText } from '../lib/fieldErrorText.ts'
import { problemText } from '../lib/problemText.ts'
import { asProblem } from '../connection/problem.model.ts'

/** A sentence for each invalid field. */
export type FieldErrors<F extends string> = { [K in F]?: string | undefined }

/** Returns the text of a field. */
export type Values<F extends string> = (field: F) => string

interface AuthFormOptions<F extends string> {
  /** The label of each field. */
  labels: Record<F, string>
  /** Checks the fields before the form is sent. */
  check: (value: Values<F>) => FieldErrors<F>
  send: (value: Values<F>) => Promise<void>
  /** Returns the field of a problem that names no field. */
  locate?: (problem: Problem) => F | undefined
}

export interface AuthForm<F extends string> {
  /** Spread on the form element. */
  form: { ref: Ref<HTMLFormElement>; noValidate: true; onSubmit: (event: FormEvent<HTMLFormElement>) => void }
  /** Spread on the field. */
  field: (name: F) => { name: F; label: string; error: string | undefined; onInput: () => void }
  /** A problem that belongs to no field. */
  problem: Problem | null
  pending: boolean
}

/**
 * Handles a form that signs in or up. The inputs hold their own values, so that every password manager can fill them. The
 * values are read when the form is sent.
 */
export function useAuthForm<F extends string>({ labels, check, send, locate }: AuthFormOptions<F>): AuthForm<F> {
  const element = useRef<HTMLFormElement>(null)
  const [errors, setErrors] = useState<FieldErrors<F>>({})
  const [problem, setProblem] = useState<Problem | null>(null)
  const [pending, setPending] = useState(false)
  const [refusals, setRefusals] = useState(0)

  // After the render that shows the errors, so that a screen reader finds the field's description.
  useEffect(() => {
    if (refusals === 0) return
    element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [refusals])

  function refuse(found: FieldErrors<F>, other: Problem | null): void {
    setErrors(found)
    setProblem(other)
    setRefusals((count) => count + 1)
  }

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    if (pending) return
    const value = valuesOf<F>(event.currentTarget)
    const found = check(value)
    if (isWrong(found)) return refuse(found, null)
    setErrors({})
    setProblem(null)
    setPending(true)
    try {
      await send(value)
    } catch (error) {
      const refused = asProblem(error)
      const byField = fieldErrors(refused, labels)
      const about = locate?.(refused)
      if (about !== undefined) byField[about] ??= problemText(refused)
      refuse(byField, isWrong(byField) ? null : refused)
    } finally {
      setPending(false)
    }
  }

  return {
    form: { ref: element, noValidate: true, onSubmit: (event) => void submit(event) },
    field: (name) => ({
      name,
      label: labels[name],
      error: errors[name],
      onInput: () => {
        if (errors[name] !== undefined) setErrors({ ...errors, [name]: undefined })
      },
    }),
    problem,
    pending,
  }
}

function valuesOf<F extends string>(form: HTMLFormElement): Values<F> {
  const data = new FormData(form)
  return (field) => {
    const value = data.get(field)
    return typeof value === 'string' ? value : ''
  }
}

const isWrong = (errors: object): boolean => Object.values(errors).some((error) => error !== undefined)

/** Words the errors of the form's fields. */
function fieldErrors<F extends string>(problem: Problem, labels: Record<F, string>): FieldErrors<F> {
  const found: FieldErrors<F> = {}
  for (const error of problem.errors ?? []) {
    if (isOneOf(labels, error.field)) found[error.field] ??= fieldErrorText(error)
  }
  return found
}

const isOneOf = <F extends string>(labels: Record<F, string>, field: string): field is F => Object.hasOwn(labels, field)
