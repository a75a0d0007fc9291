def decide_language(declared, text): return declared
