export class FakePlatform {}
