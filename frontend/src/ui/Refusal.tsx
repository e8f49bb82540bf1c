import type { ReactNode } from 'react'

/** Why something was not done, beside the button that was pressed; read out at once. Nothing when there is nothing to say. */
export function Refusal({ className = '', children }: { className?: string; children: ReactNode }) {
  if (!children) return null
  return (
    <p role="alert" className={`text-sec font-medium text-err-ink ${className}`}>
      {children}
    </p>
  )
}
