import type { ResourceEntry } from '../otlp/received-batch.ts';
import type { SpanBatch } from '../otlp/span-batch.ts';

/** Who sends: a row of the table `resources`. */
export interface Resource {
  readonly id: number;
  readonly service: string;
  readonly instance: string;
  readonly version: string;
  readonly attributesJson: string;
}

/** What spans have in common that are of the same code at the same place: a row of the table `shapes`. */
export interface Shape {
  readonly id: number;
  readonly resource: Resource;
  /** The service, as a small number: see {@link ShapeBook.services}. */
  readonly service: number;
  readonly name: string;
  /** OpenTelemetry's number. */
  readonly kind: number;
  readonly scope: string;
  /** Whom it calls; empty for nobody. */
  readonly peer: string;
  /** What that is: 0 a service or not known, 1 a database, 2 a queue. */
  readonly peerKind: number;
}

/** What shapes are asked for: where something is undefined, any will do. */
export interface ShapeFilter {
  readonly service?: string | undefined;
  readonly instance?: string | undefined;
  /** The name of the span. */
  readonly operation?: string | undefined;
}

/** What stands in the place of names once there are too many different ones. */
const otherName = '(other)';

export interface ShapeBookLimits {
  readonly shapesMax: number;
  readonly resourcesMax: number;
}

/**
 * Gives what repeats in spans a number, so that a span is stored as a few. It only grows, up to its limits: beyond them new
 * names count as `(other)`.
 */
export class ShapeBook {
  /** By id; the first stands for nothing. */
  readonly shapes: (Shape | undefined)[] = [undefined];
  readonly resources: (Resource | undefined)[] = [undefined];
  readonly services: string[] = [];
  readonly #limits: ShapeBookLimits;
  readonly #shapeByKey = new Map<string, Shape>();
  readonly #resourceByKey = new Map<string, Resource>();
  readonly #serviceByName = new Map<string, number>();
  #shapesSaved = 1;
  #resourcesSaved = 1;

  constructor(limits: ShapeBookLimits) {
    this.#limits = limits;
  }

  /** What is not in the store yet. */
  unsaved(): { readonly shapes: readonly Shape[]; readonly resources: readonly Resource[] } {
    return {
      shapes: this.shapes.slice(this.#shapesSaved) as Shape[],
      resources: this.resources.slice(this.#resourcesSaved) as Resource[],
    };
  }

  /** As many as {@link unsaved} said are in the store now. */
  saved({ shapes, resources }: ReturnType<ShapeBook['unsaved']>): void {
    this.#shapesSaved += shapes.length;
    this.#resourcesSaved += resources.length;
  }

  /** Takes up what the store holds, in the order of its ids. */
  restore(resources: readonly Resource[], shapes: readonly Omit<Shape, 'service'>[]): void {
    for (const resource of resources) this.#keepResource(resource);
    for (const shape of shapes)
      this.#keepShape({ ...shape, service: this.#serviceOf(shape.resource.service) });
    this.#shapesSaved = this.shapes.length;
    this.#resourcesSaved = this.resources.length;
  }

  resource(service: string, instance: string, version: string, attributesJson: string): Resource {
    const key = resourceKey(service, instance, version, attributesJson);
    const found = this.#resourceByKey.get(key);
    if (found !== undefined) return found;
    const full = this.#resourceByKey.size >= this.#limits.resourcesMax;
    if (full && service !== otherName) return this.resource(otherName, '', '', '{}');
    return this.#keepResource({ id: this.resources.length, service, instance, version, attributesJson });
  }

  resourceOf({ service, instance, version, attributesJson }: ResourceEntry): Resource {
    return this.resource(service, instance ?? '', version ?? '', attributesJson);
  }

  shape(
    resource: Resource,
    name: string,
    kind: number,
    scope: string,
    peer: string,
    peerKind: number,
  ): Shape {
    const key = shapeKey(resource.id, name, kind, scope, peer);
    const found = this.#shapeByKey.get(key);
    if (found !== undefined) return found;
    const full = this.#shapeByKey.size >= this.#limits.shapesMax;
    if (full && name !== otherName) return this.shape(resource, otherName, kind, '', '', 0);
    const service = this.#serviceOf(resource.service);
    return this.#keepShape({ id: this.shapes.length, resource, service, name, kind, scope, peer, peerKind });
  }

  /** Those that fit. */
  fitting({ service, instance, operation }: ShapeFilter): Shape[] {
    return this.shapes.filter(
      (shape): shape is Shape =>
        shape !== undefined &&
        (service === undefined || shape.resource.service === service) &&
        (instance === undefined || shape.resource.instance === instance) &&
        (operation === undefined || shape.name === operation),
    );
  }

  /** The shape of each span. */
  shapesOf(batch: SpanBatch): Uint32Array {
    const { length, texts, names, peers, peerKinds, scopes, kinds, resourceOf } = batch;
    const resources = batch.resources.map((entry) => this.resourceOf(entry));
    const ids = new Uint32Array(length);
    const base = texts.length;
    // Of a resource and its scope, then of a name and its peer: neither product outgrows what a number holds.
    const byOrigin = new Map<number, Map<number, number>>();
    let origin = -1;
    let byName = new Map<number, number>();
    for (let row = 0; row < length; row++) {
      const at = (resourceOf[row]! * base + scopes[row]!) * 8 + kinds[row]!;
      if (at !== origin) {
        origin = at;
        byName = byOrigin.get(at) ?? new Map();
        byOrigin.set(at, byName);
      }
      const name = names[row]! * base + peers[row]!;
      let id = byName.get(name);
      if (id === undefined) {
        const texted = (index: number): string => texts[index]!;
        const resource = resources[resourceOf[row]!]!;
        id = this.shape(
          resource,
          texted(names[row]!),
          kinds[row]!,
          texted(scopes[row]!),
          texted(peers[row]!),
          peerKinds[row]!,
        ).id;
        byName.set(name, id);
      }
      ids[row] = id;
    }
    return ids;
  }

  #keepResource(resource: Resource): Resource {
    const { id, service, instance, version, attributesJson } = resource;
    this.resources[id] = resource;
    this.#resourceByKey.set(resourceKey(service, instance, version, attributesJson), resource);
    return resource;
  }

  #keepShape(shape: Shape): Shape {
    const { id, resource, name, kind, scope, peer } = shape;
    this.shapes[id] = shape;
    this.#shapeByKey.set(shapeKey(resource.id, name, kind, scope, peer), shape);
    return shape;
  }

  #serviceOf(name: string): number {
    let id = this.#serviceByName.get(name);
    if (id === undefined) {
      id = this.services.length;
      this.services.push(name);
      this.#serviceByName.set(name, id);
    }
    return id;
  }
}

function resourceKey(service: string, instance: string, version: string, attributesJson: string): string {
  return `${service}\0${instance}\0${version}\0${attributesJson}`;
}

function shapeKey(resource: number, name: string, kind: number, scope: string, peer: string): string {
  return `${resource}\0${kind}\0${name}\0${scope}\0${peer}`;
}
