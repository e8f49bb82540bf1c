import { render } from '@testing-library/react'
import { MemoryRouter, Route, Routes } from 'react-router'
import { AdminPage } from '../../src/admin/AdminPage.tsx'

/** The admin panel at an address; leaving it shows "Elsewhere". */
export function openAdmin(path: string) {
  return render(
    <MemoryRouter initialEntries={[path]}>
      <Routes>
        <Route path="/admin/*" element={<AdminPage />} />
        <Route path="*" element={<p>Elsewhere</p>} />
      </Routes>
    </MemoryRouter>,
  )
}
