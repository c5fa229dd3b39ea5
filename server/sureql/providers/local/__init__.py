"""Models that sureql runs itself, with the llama.cpp server of the wheel `xllamacpp`."""
