class Liar:
    pass
