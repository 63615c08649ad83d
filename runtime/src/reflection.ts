import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { create, createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { type ServerDuplexStream, status } from "@grpc/grpc-js";
import {
  type ServerReflectionRequest,
  type ServerReflectionResponse,
  ServerReflectionService,
} from "@rollcall/proto/grpc/grpc/reflection/v1/reflection";
import type { Service } from "./implement.ts";

/**
 * Server reflection, v1 and v1alpha (the same messages under another name),
 * from the descriptor image that `npm run generate` writes. Ours because
 * `@grpc/reflection` 1.0.4 loses the files that a file imports.
 *
 * @param serviceNames Full names to list, e.g. "rollcall.token.v1.TokenService".
 */
export function reflectionServices(serviceNames: string[]): Service[] {
  const answer = answerer(serviceNames);
  const implementation = {
    serverReflectionInfo: (stream: ServerDuplexStream<ServerReflectionRequest, ServerReflectionResponse>) => {
      stream.on("data", (request: ServerReflectionRequest) => {
        stream.write({ validHost: request.host, originalRequest: request, messageResponse: answer(request) });
      });
      stream.on("end", () => stream.end());
      stream.on("error", () => {});
    },
  };
  return ["v1", "v1alpha"].map((version) => ({ definition: definitionOf(version), implementation }));
}

type MessageResponse = ServerReflectionResponse["messageResponse"];

function answerer(serviceNames: string[]): (request: ServerReflectionRequest) => MessageResponse {
  const path = fileURLToPath(import.meta.resolve("@rollcall/proto/image.binpb"));
  const set = fromBinary(FileDescriptorSetSchema, readFileSync(path));
  const registry = createFileRegistry(set);
  const encoded = new Map(set.file.map((file) => [file.name, toBinary(FileDescriptorProtoSchema, file)]));

  const withImports = (name: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(name)) return seen;
    seen.add(name);
    for (const dependency of registry.getFile(name)?.proto.dependency ?? []) withImports(dependency, seen);
    return seen;
  };
  const files = (name: string | undefined): MessageResponse => {
    if (name === undefined || !encoded.has(name)) return notFound();
    const fileDescriptorProto = [...withImports(name)].flatMap((file) => encoded.get(file) ?? []).map(Buffer.from);
    return { $case: "fileDescriptorResponse", value: { fileDescriptorProto } };
  };

  return ({ messageRequest }) => {
    switch (messageRequest?.$case) {
      case "listServices":
        return { $case: "listServicesResponse", value: { service: serviceNames.map((name) => ({ name })) } };
      case "fileByFilename":
        return files(messageRequest.value);
      case "fileContainingSymbol":
        return files(fileOf(registry, messageRequest.value));
      default:
        return notFound();
    }
  };
}

/** The file that declares a type, a service or a service's method. */
function fileOf(registry: ReturnType<typeof createFileRegistry>, symbol: string): string | undefined {
  const found = registry.get(symbol) ?? registry.get(symbol.slice(0, symbol.lastIndexOf(".")));
  return found && create(FileDescriptorProtoSchema, found.file.proto).name;
}

function notFound(): MessageResponse {
  return { $case: "errorResponse", value: { errorCode: status.NOT_FOUND, errorMessage: "Not found." } };
}

function definitionOf(version: string) {
  const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
  return { serverReflectionInfo: { ...ServerReflectionService.serverReflectionInfo, path } };
}
