/** For tools that do not read Vue files themselves, such as the linter; vue-tsc finds each component's own type. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent
  export default component
}
