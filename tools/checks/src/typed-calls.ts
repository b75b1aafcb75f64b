/** What a call of an operation has to name, read from a resolved specification. */
export interface CallableOperation {
  readonly method: string
  readonly path: string
  readonly pathParameters: readonly Argument[]
  readonly requiredQuery: readonly Argument[]
}

interface Argument {
  readonly name: string
  /** As it is written in a program. */
  readonly value: string
}

interface Parameter {
  readonly in?: string
  readonly name?: string
  readonly required?: boolean
  readonly schema?: { readonly type?: string }
  readonly $ref?: string
}

interface PathItem {
  readonly parameters?: readonly Parameter[]
  readonly [method: string]: unknown
}

interface Document {
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components?: { readonly parameters?: Readonly<Record<string, Parameter>> }
}

const methods = ['get', 'put', 'post', 'delete', 'patch']

/** Lists the operations of a resolved specification that can be called without a body. */
export function callableOperations(document: Document): readonly CallableOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods
      .map((method) => ({ method, operation: item[method] as (PathItem & { requestBody?: object }) | undefined }))
      .filter(({ operation }) => operation !== undefined && operation.requestBody === undefined)
      .map(({ method, operation }) => {
        const parameters = [...(item.parameters ?? []), ...(operation?.parameters ?? [])].map((parameter) =>
          resolve(document, parameter),
        )
        return {
          method: method.toUpperCase(),
          path,
          pathParameters: argumentsIn(parameters, 'path'),
          requiredQuery: argumentsIn(
            parameters.filter(({ required }) => required === true),
            'query',
          ),
        }
      }),
  )
}

/** Writes a module with so many typed calls, their data and errors looked at, each operation in turn. */
export function typedCalls(
  operations: readonly CallableOperation[],
  o: { count: number; head: string; givenOnce?: string },
): string {
  const calls = Array.from({ length: o.count }, (_, index) => {
    const operation = operations[index % operations.length]
    return operation === undefined ? '' : writeCall(operation, index, o.givenOnce)
  })
  return `${o.head}\n${calls.join('')}`
}

function writeCall(
  { method, path, pathParameters, requiredQuery }: CallableOperation,
  at: number,
  given?: string,
): string {
  const places = [writePlace('path', pathParameters, given), writePlace('query', requiredQuery, given)]
  const params = places.filter((place) => place !== '').join(', ')
  const init = params === '' ? '' : `, { params: { ${params} } }`
  return (
    `const call${at} = await client.${method}('${path}'${init})\n` +
    `if (call${at}.error === undefined) void call${at}.data\nelse void call${at}.error\n`
  )
}

function writePlace(place: string, named: readonly Argument[], given?: string): string {
  const members = named.filter(({ name }) => name !== given).map(({ name, value }) => `${name}: ${value}`)
  return members.length === 0 ? '' : `${place}: { ${members.join(', ')} }`
}

function resolve({ components }: Document, parameter: Parameter): Parameter {
  const name = parameter.$ref?.split('/').at(-1)
  return name === undefined ? parameter : (components?.parameters?.[name] ?? parameter)
}

function argumentsIn(parameters: readonly Parameter[], place: string): readonly Argument[] {
  return parameters
    .filter((parameter) => parameter.in === place)
    .map(({ name = '', schema }) => ({ name, value: schema?.type === 'boolean' ? 'true' : "'1'" }))
}
