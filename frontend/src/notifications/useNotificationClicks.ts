import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { onNotificationClick } from './notification.client.ts'

/** A click on a notification opens its conversation in this page, without loading it anew. */
export function useNotificationClicks(): void {
  const navigate = useNavigate()
  useEffect(() => onNotificationClick((path) => void navigate(path)), [navigate])
}
