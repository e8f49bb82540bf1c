import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { onNotificationClick } from './notification.display.ts'

/** Lets a click on a notification open its conversation in this page, without loading the page again. */
export function useNotificationClicks(): void {
  const navigate = useNavigate()
  useEffect(() => onNotificationClick((path) => void navigate(path)), [navigate])
}
