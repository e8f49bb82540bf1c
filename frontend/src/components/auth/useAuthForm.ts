import type { Problem } from 'backend/contract'
import { useEffect, useRef, useState, type FormEvent, type Ref } from 'react'
import { asProblem } from '../../lib/problem.ts'

export type FieldErrors<F extends string> = Partial<Record<F, string>>

interface AuthFormOptions<F extends string> {
  /** In the order they stand in the form: the focus goes to the first wrong one. */
  fields: readonly F[]
  /** What the page can tell before the server does. */
  check: (values: Record<F, string>) => FieldErrors<F>
  send: (values: Record<F, string>) => Promise<void>
}

export interface AuthForm<F extends string> {
  /** Spread on the form element. */
  form: { ref: Ref<HTMLFormElement>; noValidate: true; onSubmit: (event: FormEvent<HTMLFormElement>) => void }
  /** Spread on the field. */
  field: (name: F) => { name: F; error: string | undefined; onInput: () => void }
  /** What was refused, where it belongs to no field. */
  problem: Problem | null
  pending: boolean
}

/**
 * A form that signs in or up. The inputs keep their own values, so that password managers may fill them any way they like;
 * they are read when the form is sent.
 */
export function useAuthForm<F extends string>({ fields, check, send }: AuthFormOptions<F>): AuthForm<F> {
  const element = useRef<HTMLFormElement>(null)
  const [errors, setErrors] = useState<FieldErrors<F>>({})
  const [problem, setProblem] = useState<Problem | null>(null)
  const [pending, setPending] = useState(false)
  const [refusals, setRefusals] = useState(0)

  // After the render that shows the errors, so that a screen reader finds the field described by its own.
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
    const values = valuesOf(event.currentTarget, fields)
    const found = check(values)
    if (Object.keys(found).length > 0) return refuse(found, null)
    setErrors({})
    setProblem(null)
    setPending(true)
    try {
      await send(values)
    } catch (error) {
      const refused = asProblem(error)
      const byField = fieldErrors(refused, fields)
      refuse(byField, Object.keys(byField).length > 0 ? null : refused)
    } finally {
      setPending(false)
    }
  }

  return {
    form: { ref: element, noValidate: true, onSubmit: (event) => void submit(event) },
    field: (name) => ({
      name,
      error: errors[name],
      onInput: () => {
        if (errors[name] === undefined) return
        const { [name]: _, ...others } = errors
        setErrors(others as FieldErrors<F>)
      },
    }),
    problem,
    pending,
  }
}

function valuesOf<F extends string>(form: HTMLFormElement, fields: readonly F[]): Record<F, string> {
  const data = new FormData(form)
  const textOf = (field: F): string => {
    const value = data.get(field)
    return typeof value === 'string' ? value : ''
  }
  return Object.fromEntries(fields.map((field) => [field, textOf(field)])) as Record<F, string>
}

function fieldErrors<F extends string>(problem: Problem, fields: readonly F[]): FieldErrors<F> {
  const found: FieldErrors<F> = {}
  for (const { field, message } of problem.errors ?? []) {
    const own = fields.find((name) => name === field)
    if (own !== undefined) found[own] ??= message
  }
  return found
}
