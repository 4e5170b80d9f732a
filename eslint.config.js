import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'
import { layering } from './tools/eslint/layering.ts'
import { steadyTime } from './tools/eslint/steady-time.ts'

const typescript = ['**/*.ts', '**/*.tsx']
const tests = ['**/*.test.ts', '**/*.test.tsx', 'test/**']

const nodeNames = ['console', 'process', 'require', 'setImmediate', 'setInterval', 'URL', '__filename']

export default defineConfig(
  globalIgnores(['out/', 'dist/', 'coverage/', 'test-results/', 'playwright-report/', '.cache/']),
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: typescript,
    extends: [tseslint.configs.strictTypeChecked],
    // One program that holds every file: much quicker than one for each of the three.
    languageOptions: {
      parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { shelf: { rules: { layering } } },
    rules: {
      'shelf/layering': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // `return stop()` as an early way out is house style.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Ports are records of functions written as methods; they are handed on one by one.
      '@typescript-eslint/unbound-method': 'off',
      // Blind to what may change during an await, it calls needed checks unnecessary.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // A method that answers a promise may have nothing to wait for: the port asks for the promise.
      '@typescript-eslint/require-await': 'off',
    },
  },

  {
    files: ['src/renderer/**/*.tsx'],
    extends: [jsxA11y.flatConfigs.strict, reactHooks.configs.flat.recommended],
  },

  { files: ['src/**'], ignores: ['src/backend/cli/**', ...tests], rules: { 'no-console': 'error' } },
  {
    files: ['src/main/engine/**'],
    ignores: ['src/main/engine/platform/**', 'src/main/engine/thread.ts', ...tests],
    rules: steadyTime,
  },

  {
    files: tests,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },

  // Playwright reads which fixtures a fixture needs from its parameter, which must be a pattern, even an empty one.
  { files: ['test/e2e/**'], rules: { 'no-empty-pattern': 'off' } },

  {
    files: ['scripts/**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(nodeNames.map((name) => [name, 'readonly'])),
    },
  },

  prettier,
)
