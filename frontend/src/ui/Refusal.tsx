import type { ReactNode } from 'react'

/** Says beside the pressed button why the action failed. Screen readers announce it. Without children it shows nothing. */
export function Refusal({ className = '', children }: { className?: string; children: ReactNode }) {
  if (!children) return null
  return (
    <p role="alert" className={`text-sec font-medium text-err-ink ${className}`}>
      {children}
    </p>
  )
}
