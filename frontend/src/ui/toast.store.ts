import { create } from 'zustand'

export interface Toast {
  id: number
  text: string
  tone: 'done' | 'error'
}

export const useToasts = create<{ toasts: Toast[] }>()(() => ({ toasts: [] }))

let last = 0

/** Shows one sentence for a few seconds. Names in it are marked by `isolate`. A text that must not be missed belongs into the page instead. */
export function showToast(text: string, tone: Toast['tone'] = 'done'): void {
  last += 1
  const toast = { id: last, text, tone }
  // More than three would cover the page, so the oldest is removed.
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), toast] }))
}

/** Removes a toast. */
export function dismissToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }))
}
