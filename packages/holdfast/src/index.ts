export * from '@holdfast/core';
export * from '@holdfast/resilience';
