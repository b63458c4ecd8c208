import vue from 'eslint-plugin-vue'
import globals from 'globals'
import ts from 'typescript-eslint'
import { rooms } from './scripts/lint/rooms.mjs'

/** Where code may be made from text: nowhere. */
const NO_CODE_FROM_TEXT = {
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'no-script-url': 'error',
}

const UNUSED = { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }

/** Layout is Prettier's: rules of the Vue plugin that speak of it as well. */
const PRETTIER_DECIDES = [
  'vue/first-attribute-linebreak',
  'vue/html-closing-bracket-newline',
  'vue/html-closing-bracket-spacing',
  'vue/html-end-tags',
  'vue/html-indent',
  'vue/html-quotes',
  'vue/html-self-closing',
  'vue/max-attributes-per-line',
  'vue/multiline-html-element-content-newline',
  'vue/mustache-interpolation-spacing',
  'vue/no-multi-spaces',
  'vue/no-spaces-around-equal-signs-in-attribute',
  'vue/singleline-html-element-content-newline',
]

export default ts.config(
  // assembly/ is AssemblyScript: its compiler checks it
  { ignores: ['out/', 'test-results/', 'coverage/', 'resources/', 'assembly/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,mts,vue}'],
    extends: [ts.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.node.json', './tsconfig.web.json'],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      ...NO_CODE_FROM_TEXT,
      // Numbers and truths read well in a message; objects are what the rule is for.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `() => stop()` says what it does; braces would add nothing.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // The two projects disagree on whether an index can miss, so it would ask for both.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unused-vars': ['error', UNUSED],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['**/*.vue'],
    extends: [vue.configs['flat/recommended']],
    languageOptions: { globals: globals.browser, parserOptions: { parser: ts.parser } },
    rules: {
      ...Object.fromEntries(PRETTIER_DECIDES.map((name) => [name, 'off'])),
      'vue/no-v-html': 'error',
      'vue/require-default-prop': 'off', // the types say which may be missing
      '@typescript-eslint/no-useless-default-assignment': 'off', // a default of a prop is how Vue declares one
    },
  },
  { files: ['src/**/*.{ts,vue}'], plugins: { rooms }, rules: { 'rooms/arrows': 'error' } },
  {
    files: ['src/renderer/**/*.{ts,vue}'],
    ignores: ['src/renderer/lab.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { property: 'labBridge', message: 'Only lab.ts knows how main is reached.' },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    extends: [ts.configs.recommended],
    languageOptions: { globals: globals.node },
    rules: { ...NO_CODE_FROM_TEXT, '@typescript-eslint/no-unused-vars': ['error', UNUSED] },
  },
)
