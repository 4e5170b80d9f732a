import './lib/jitless.ts'
import '@fontsource-variable/inter/opsz.css'
import './styles/base.css'
import { must } from '#shared/lib/must.ts'
import { readPageQuery } from '#shared/protocol/windows.ts'
import { mountConsole } from './mount.tsx'

mountConsole(window.shelf, must(document.getElementById('root'), '#root'), readPageQuery(location.search))
